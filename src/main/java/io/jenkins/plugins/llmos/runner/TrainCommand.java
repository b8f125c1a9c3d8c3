package io.jenkins.plugins.llmos.runner;

import picocli.CommandLine.Command;

@Command(name = "train")
final class TrainCommand implements Runnable {
    @Override
    public void run() {}
}
