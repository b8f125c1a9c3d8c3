package io.jenkins.plugins.llmos.plugin.pages;

import hudson.model.Computer;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.Reading;
import io.jenkins.plugins.llmos.plugin.agents.AgentDevices;
import io.jenkins.plugins.llmos.plugin.schedule.Overview;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Agents, pools and jobs at one moment, as the current user may see them.
 *
 * @param agents by name
 * @param pools in the order in which agents look for theirs
 * @param running by their start
 * @param waiting by their place in the queue
 */
public record Fleet(List<AgentView> agents, List<PoolView> pools, List<JobView> running, List<JobView> waiting) {

    /** The fleet now. */
    static Fleet now() {
        Seen seen = new Seen();
        List<JobView> running = new ArrayList<>();
        List<JobView> waiting = new ArrayList<>();
        Map<String, List<JobView>> holders = new HashMap<>();
        for (Overview.Job job : Overview.jobs()) {
            JobView view = JobView.of(job, seen);
            if (job.held().isEmpty()) {
                waiting.add(view);
                continue;
            }
            running.add(view);
            for (int index : view.devices()) {
                holders.computeIfAbsent(view.agent() + '/' + index, k -> new ArrayList<>(1))
                        .add(view);
            }
        }
        List<AgentView> agents = new ArrayList<>();
        for (Overview.Agent agent : Overview.agents()) {
            agents.add(view(agent, holders));
        }
        List<PoolView> pools = new ArrayList<>();
        for (Overview.PoolState pool : Overview.pools()) {
            List<DeviceView> there = agents.stream()
                    .filter(a -> a.pool().equals(pool.name()) && a.online())
                    .flatMap(a -> a.devices().stream())
                    .toList();
            pools.add(new PoolView(
                    pool.name(),
                    pool.label(),
                    pool.settings().policy(),
                    there.size(),
                    (int) there.stream().filter(d -> !d.holders().isEmpty()).count(),
                    count(running, pool.name()),
                    count(waiting, pool.name())));
        }
        return new Fleet(agents, pools, running, waiting);
    }

    private static int count(List<JobView> jobs, String pool) {
        return (int) jobs.stream().filter(j -> j.pool().equals(pool)).count();
    }

    private static AgentView view(Overview.Agent agent, Map<String, List<JobView>> holders) {
        Computer computer = agent.computer();
        boolean online = computer != null && !computer.isOffline() && computer.isAcceptingTasks();
        Map<Integer, Reading> readings = AgentDevices.get().readings(agent.node());
        List<DeviceView> devices = new ArrayList<>();
        for (Device device : agent.machine().devices()) {
            devices.add(DeviceView.of(
                    device,
                    readings.get(device.index()),
                    online,
                    holders.getOrDefault(agent.machine().name() + '/' + device.index(), List.of())));
        }
        return new AgentView(
                computer == null ? agent.machine().name() : computer.getDisplayName(),
                computer == null ? "" : computer.getUrl(),
                online,
                agent.pool(),
                devices,
                AgentDevices.get().problems(agent.node()));
    }
}
