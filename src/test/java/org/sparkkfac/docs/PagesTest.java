package org.sparkkfac.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages are short, their links lead somewhere, on a forge and in the site, and no printed output escapes its check. */
class PagesTest {
    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)#]*)(#[^)]*)?\\)");
    private static final int README_LINES = 150;

    @Test
    void theReadmeIsShort() {
        assertThat(Page.readme().lines()).hasSizeLessThanOrEqualTo(README_LINES);
    }

    @Test
    void everyLinkLeadsToAFileAndAHeading() {
        List<Path> documents = List.of(
                Page.PROJECT.resolve("CONTRIBUTING.md"),
                Page.PROJECT.resolve("CHANGELOG.md"),
                Page.PROJECT.resolve("sample-data/README.md"));
        for (Page page : Stream.concat(Page.all().stream(), documents.stream().map(Page::read))
                .toList()) {
            for (MatchResult link : links(page)) {
                if (link.group(1).startsWith("http")) {
                    continue;
                }
                Path target = page.file().resolveSibling(link.group(1)).normalize();
                Path file = link.group(1).isEmpty() ? page.file() : target;
                assertThat(file).as(page + " links to it").exists();
                if (link.group(2) != null) {
                    assertThat(anchors(Page.read(file)))
                            .as(page + " links to it")
                            .contains(link.group(2));
                }
            }
        }
    }

    /**
     * Within the site a page becomes HTML and pictures are copied; anything else is not part of it. Site and forge make the
     * same anchors only of headings that are one word in small letters.
     */
    @Test
    void pagesOfTheSiteLinkToEachOtherAndToPicturesOnly() {
        for (Page page : Page.site()) {
            assertThat(links(page))
                    .extracting(link -> link.group(1))
                    .as(page.toString())
                    .allMatch(link -> link.isEmpty() || link.matches("https://.*|[a-z]+\\.md|images/[a-z-]+\\.png"));
            assertThat(links(page))
                    .extracting(link -> Optional.ofNullable(link.group(2)).orElse(""))
                    .as(page.toString())
                    .allMatch(anchor -> anchor.matches("|#[a-z]+"));
        }
    }

    @Test
    void theMenuNamesEveryPage() throws Exception {
        String menu = Files.readString(Page.PROJECT.resolve("src/site/site.xml"));
        assertThat(Page.site())
                .isNotEmpty()
                .allSatisfy(page -> assertThat(menu)
                        .contains("\"" + page.file().getFileName().toString().replace(".md", ".html") + "\""));
    }

    @Test
    void whatACommandPrintsStandsInABlockThatIsChecked() {
        for (Page page : Page.all()) {
            for (Page.Fence fence : page.fences()) {
                boolean prompt = fence.lines().stream().anyMatch(line -> line.startsWith("$ "));
                assertThat(prompt)
                        .as(fence + ": commands with \"$ \"")
                        .isEqualTo(fence.language().equals("console"));
                if (prompt) {
                    ConsoleBlock.of(fence);
                }
            }
        }
    }

    private static List<MatchResult> links(Page page) {
        String text = String.join("\n", page.lines()).replaceAll("(?s)```.*?```", "");
        return LINK.matcher(text).results().toList();
    }

    /** The anchors that a forge makes of headings. */
    private static List<String> anchors(Page page) {
        return page.lines().stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> "#"
                        + line.replaceFirst("#+ ", "")
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                                .replace(' ', '-'))
                .toList();
    }
}
