package io.jenkins.plugins.llmos.engine.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Bfloat16;
import io.jenkins.plugins.llmos.engine.train.model.Precision;

/** Whether the device that a training computes on, the engine's own choice, multiplies in a precision by itself. */
final class PrecisionCheck {
    private PrecisionCheck() {}

    /** @throws InvalidInputException if it does not */
    static void require(Precision precision) {
        if (precision == Precision.FLOAT32) {
            return;
        }
        Device device = Engine.getInstance().defaultDevice();
        if (device.isGpu()) {
            // nvidia-smi counts all GPUs, CUDA those that this process may see.
            Bfloat16.requireOfGpu(CudaUtils.getComputeCapability(device.getDeviceId()));
        } else {
            Bfloat16.requireOfProcessor();
        }
    }

    static boolean passes(Precision precision) {
        try {
            require(precision);
            return true;
        } catch (InvalidInputException e) {
            return false;
        }
    }
}
