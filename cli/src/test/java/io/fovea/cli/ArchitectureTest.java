package io.fovea.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The arrows of docs/design.md: core knows no system, systems not each other, and each foreign library is let in by one door. */
class ArchitectureTest {
    private static final Set<String> CORE =
            Set.of("torch", "nn", "optim", "graph", "weights", "image", "data", "train", "metrics", "report", "parity");
    private static final List<String> SYSTEMS = List.of(
            "srgan", "autoencoder", "pix2pix", "cyclegan", "progan", "stylegan", "east", "ctpn", "densepose", "eatnas");

    private static final JavaClasses FOVEA = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.fovea");

    private static String room(JavaClass c) {
        String name = c.getPackageName();
        return name.startsWith("io.fovea.") ? name.substring(9).split("\\.", 2)[0] : "";
    }

    @Test
    void coreKnowsNoSystemAndNoCommandLine() {
        noClasses()
                .that(describe(
                        "are in core",
                        c -> CORE.contains(room(c)) || c.getPackageName().equals("io.fovea")))
                .should()
                .dependOnClassesThat(describe(
                        "are in a system or the command line",
                        c -> c.getPackageName().startsWith("io.fovea.") && !CORE.contains(room(c))))
                .check(FOVEA);
    }

    @Test
    void systemsDoNotKnowTheCommandLine() {
        noClasses()
                .that(describe("are in systems", c -> SYSTEMS.contains(room(c))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fovea.cli..", "picocli..")
                .check(FOVEA);
    }

    @Test
    void noSystemKnowsAnotherExceptStyleganItsAncestor() {
        for (String system : SYSTEMS) {
            noClasses()
                    .that(describe("are in " + system, c -> room(c).equals(system)))
                    .should()
                    .dependOnClassesThat(describe(
                            "are in another system",
                            c -> SYSTEMS.contains(room(c))
                                    && !room(c).equals(system)
                                    && !(system.equals("stylegan") && room(c).equals("progan"))))
                    .allowEmptyShould(true)
                    .check(FOVEA);
        }
    }

    @Test
    void onlyTorchTouchesJavaCpp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fovea.torch")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(FOVEA);
    }

    @Test
    void onlyGraphTouchesOnnxRuntime() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fovea.graph")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(FOVEA);
    }

    @Test
    void picturesAreDecodedInImageAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fovea.image")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.imageio..", "com.twelvemonkeys..", "com.drew..")
                .check(FOVEA);
    }

    @Test
    void tablesAreParsedInDataAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fovea.data")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("de.siegmar..")
                .check(FOVEA);
    }

    @Test
    void packagesOfCoreHaveNoCycles() {
        slices().matching("io.fovea.(*)..").should().beFreeOfCycles().check(FOVEA);
    }

    @Test
    void noPackageIsCalledUtil() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..helpers..")
                .check(FOVEA);
    }
}
