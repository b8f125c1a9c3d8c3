package jenkins.util;

import java.io.IOException;
import java.io.InputStream;

public abstract class VirtualFile {
    private VirtualFile() {}

    public abstract boolean isFile() throws IOException;

    public abstract VirtualFile child(String name);

    public abstract InputStream open() throws IOException;
}
