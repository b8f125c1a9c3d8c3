package io.jenkins.plugins.llmos.plugin;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.EventTail;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;

/** Reads what a trainer has told since the last time. The folder it is called on is the control folder. */
final class ReadEvents extends MasterToSlaveFileCallable<ReadEvents.News> {
    private static final long serialVersionUID = 1L;

    private final RemoteProcess process;
    private final long position;

    ReadEvents(RemoteProcess process, long position) {
        this.process = process;
        this.position = position;
    }

    /**
     * What is new.
     *
     * @param events as JSON, in order
     * @param position to read on from
     * @param alive whether more may come
     * @param present whether the control folder is there
     */
    record News(ArrayList<String> events, long position, boolean alive, boolean present) implements Serializable {
        List<TrainingEvent> parsed() {
            return events.stream().map(e -> Json.parse(e, TrainingEvent.class)).toList();
        }
    }

    @Override
    public News invoke(File folder, VirtualChannel channel) throws IOException {
        // Asked before reading, so that the last events of a process that has ended are not missed.
        boolean alive = process.handle().isPresent();
        EventTail tail = new EventTail(new ControlFolder(folder.toPath()).events(), position);
        ArrayList<String> events = new ArrayList<>();
        for (TrainingEvent event : tail.next()) {
            events.add(Json.line(event));
        }
        return new News(events, tail.position(), alive, folder.isDirectory());
    }
}
