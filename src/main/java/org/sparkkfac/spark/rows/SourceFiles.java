package org.sparkkfac.spark.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.sparkkfac.Component;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;

/**
 * What can be known of the files of a source without reading their rows.
 *
 * @param files their number
 * @param bytes of all of them
 * @param splits parts into which a pass cuts them
 * @param rows from the footers of Parquet files; unknown for other formats
 */
public record SourceFiles(int files, long bytes, int splits, OptionalLong rows) {
    /**
     * Looks at the files of a path, which may be a directory or a glob; hidden ones do not count, as in Spark.
     *
     * @param splitBytes files are cut at this size
     * @throws UserException if there are none, or one is no Parquet file though it should be
     * @throws StorageException if they cannot be listed
     */
    public static SourceFiles of(String path, String format, long splitBytes, Configuration hadoop) {
        try {
            Path place = new Path(path);
            FileSystem fileSystem = place.getFileSystem(hadoop);
            FileStatus[] matches = fileSystem.globStatus(place);
            List<FileStatus> found = new ArrayList<>();
            for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
                addFiles(fileSystem, match, found);
            }
            if (found.isEmpty()) {
                throw UserException.at(Component.DATA_PATH, path + ": no files; check the path");
            }
            return of(found, format, splitBytes, hadoop);
        } catch (IOException e) {
            throw new StorageException(path + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    private static SourceFiles of(List<FileStatus> files, String format, long splitBytes, Configuration hadoop)
            throws IOException {
        long bytes = 0;
        long splits = 0;
        long rows = 0;
        boolean parquet = format.equals("parquet");
        for (FileStatus file : files) {
            bytes += file.getLen();
            splits += Math.max(1, (file.getLen() + splitBytes - 1) / splitBytes);
            rows += parquet ? rows(file, hadoop) : 0;
        }
        return new SourceFiles(
                files.size(), bytes, Math.toIntExact(splits), parquet ? OptionalLong.of(rows) : OptionalLong.empty());
    }

    private static void addFiles(FileSystem fileSystem, FileStatus match, List<FileStatus> found) throws IOException {
        if (match.isFile()) {
            found.add(match);
            return;
        }
        String root = match.getPath().toUri().getPath();
        RemoteIterator<LocatedFileStatus> below = fileSystem.listFiles(match.getPath(), true);
        while (below.hasNext()) {
            LocatedFileStatus file = below.next();
            if (file.getLen() > 0 && !isHidden(file.getPath().toUri().getPath().substring(root.length()))) {
                found.add(file);
            }
        }
    }

    /** Whether a directory or the file below the root starts with _ or a dot; {@code _a=1} is a partition. */
    private static boolean isHidden(String below) {
        for (String name : below.split("/", -1)) {
            if (name.startsWith(".") || (name.startsWith("_") && !name.contains("="))) {
                return true;
            }
        }
        return false;
    }

    private static long rows(FileStatus file, Configuration hadoop) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
            return reader.getRecordCount();
        } catch (RuntimeException e) { // what is no Parquet file
            throw new UserException(
                    file.getPath() + ": is no Parquet file; check the format and the path",
                    e,
                    Component.DATA_FORMAT,
                    Component.DATA_PATH);
        }
    }
}
