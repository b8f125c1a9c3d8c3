package io.jenkins.plugins.llmos.engine.serve;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.script.Optimization;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * How a model is served.
 *
 * @param host address to listen on
 * @param port to listen on, 0 for any that is free
 * @param token that requests must bear, null for none
 * @param batch rows, or texts, that are computed at once at most
 * @param gather how long a batch waits for more rows once it has one
 * @param queue requests that may be waiting or computed; more are refused
 * @param maxBody bytes of a request's body at most
 * @param timeout after which a request is given up
 * @param poll how often the stage is looked at
 * @param optimization how the model is made faster, null to compute as trained
 */
public record ServeSettings(
        String host,
        int port,
        String token,
        int batch,
        Duration gather,
        int queue,
        int maxBody,
        Duration timeout,
        Duration poll,
        Optimization optimization) {
    /** Shorter tokens can be guessed. */
    public static final int SHORTEST_TOKEN = 16;

    /** @throws InvalidInputException if a number is out of its range, or a token is missing or too short */
    public ServeSettings {
        if (port < 0 || port > 65535) {
            throw new InvalidInputException("The port is " + port + "; it must be from 0, for any free one, to 65535.");
        }
        require("The batch", batch, 1 << 16);
        require("The queue", queue, 1 << 20);
        require("The largest body", maxBody, 1 << 30);
        if (token != null && token.length() < SHORTEST_TOKEN) {
            throw new InvalidInputException("The token has " + token.length() + " characters; it must have at least "
                    + SHORTEST_TOKEN + ". Make one with: openssl rand -hex 32");
        }
        if (token == null && !address(host).isLoopbackAddress()) {
            throw new InvalidInputException(
                    "Who serves on " + host + ", which other machines can reach, needs a token that"
                            + " requests must bear. Name a file with one, or serve on 127.0.0.1.");
        }
        requirePositive("The time after which a request is given up", timeout);
        requirePositive("The pause between two looks at the stage", poll);
    }

    private static void requirePositive(String what, Duration time) {
        if (time.toMillis() < 1) {
            throw new InvalidInputException(what + " is " + Units.format(time) + "; it must be at least 1ms.");
        }
    }

    private static void require(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new InvalidInputException(what + " is " + value + "; it must be from 1 to " + most + ".");
        }
    }

    /** @throws InvalidInputException if there is no such host */
    static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new InvalidInputException(
                    "There is no host '" + host + "' to serve on. Name an address of this machine.", e);
        }
    }
}
