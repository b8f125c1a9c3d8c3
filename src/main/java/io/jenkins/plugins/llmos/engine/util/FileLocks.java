package io.jenkins.plugins.llmos.engine.util;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Locks on files between processes and between threads: the system's locks are a whole process's. */
public final class FileLocks {
    private static final Map<Path, Semaphore> THREADS = new ConcurrentHashMap<>();
    private static final long PAUSE_MILLIS = 10;

    private FileLocks() {}

    /** A lock that is held; the system frees it too when the process dies. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * @param what what the lock guards, for the message
     * @throws InvalidInputException if it is not free in time
     */
    public static Held acquire(Path file, String what, Duration patience) {
        Semaphore threads = THREADS.computeIfAbsent(file, f -> new Semaphore(1));
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            if (!threads.tryAcquire() && !threads.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy(file, what, patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException(what + " was not waited for: the thread was interrupted.", e);
        }
        RandomAccessFile opened = null;
        try {
            opened = new RandomAccessFile(file.toFile(), "rw");
            FileLock lock = opened.getChannel().tryLock();
            while (lock == null) {
                if (System.nanoTime() > deadline) {
                    throw busy(file, what, patience);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                lock = opened.getChannel().tryLock();
            }
            opened.setLength(0);
            opened.writeBytes(Long.toString(ProcessHandle.current().pid()));
            RandomAccessFile held = opened;
            return () -> {
                closeQuietly(held);
                threads.release();
            };
        } catch (IOException e) {
            give(opened, threads);
            throw new InvalidInputException(
                    what + " cannot be locked: " + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + ". Its folder must be writable, and on a file system that has locks.",
                    e);
        } catch (InterruptedException e) {
            give(opened, threads);
            Thread.currentThread().interrupt();
            throw new InvalidInputException(what + " was not waited for: the thread was interrupted.", e);
        } catch (RuntimeException e) {
            give(opened, threads);
            throw e;
        }
    }

    private static void give(RandomAccessFile opened, Semaphore threads) {
        if (opened != null) {
            closeQuietly(opened);
        }
        threads.release();
    }

    private static void closeQuietly(RandomAccessFile opened) {
        try {
            opened.close();
        } catch (IOException e) {
            // The lock is gone with the descriptor, whatever closing says.
        }
    }

    private static InvalidInputException busy(Path file, String what, Duration patience) {
        String holder = "";
        try {
            String pid = Files.readString(file).strip();
            holder = pid.isEmpty() ? "" : " (process " + pid + ")";
        } catch (IOException e) {
            // On some systems a locked file cannot be read; then the message goes without.
        }
        return new InvalidInputException(what + " has been held by another process" + holder + " for "
                + Units.format(patience) + ". Nothing was recorded. Wait until it is done, or end it, and try again.");
    }
}
