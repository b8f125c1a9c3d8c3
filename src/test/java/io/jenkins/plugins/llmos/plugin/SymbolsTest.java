package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SymbolsTest {
    @Test
    void theIndexNamesEveryClassWithASymbol() throws Exception {
        List<String> annotated = new ClassFileImporter()
                .importPackages("io.jenkins.plugins.llmos.plugin").stream()
                        .filter(c -> c.isAnnotatedWith("org.jenkinsci.Symbol"))
                        .map(JavaClass::getName)
                        .sorted()
                        .toList();
        try (InputStream index = SymbolsTest.class.getResourceAsStream("/META-INF/annotations/org.jenkinsci.Symbol")) {
            String text = new String(index.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(annotated, text.lines().sorted().toList());
        }
    }
}
