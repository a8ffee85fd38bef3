package io.fovea.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the jar that this runs from. */
final class Version implements IVersionProvider {
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"fovea " + text()};
    }
}
