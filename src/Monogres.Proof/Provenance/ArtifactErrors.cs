using Monogres.Core;

namespace Monogres.Proof.Provenance;

/// <summary>What can be wrong with artifacts and the manifests beside them.</summary>
public static class ArtifactErrors
{
    private const string HowToBuild = "`monogres build` writes packages with their manifest beside them; name them with it, as `dist/*` does";

    /// <summary>There is no such file.</summary>
    public static UserErrorException NoFile(string file) => new($"there is no file `{file}`", HowToBuild);

    /// <summary>No manifest names the file.</summary>
    public static UserErrorException Unknown(string file) => new(
        $"no manifest beside `{file}` names it", $"it was not built by Monogres, or its manifest was written anew without it: build all formats with one command, `--format tar,deb`. {HowToBuild}");

    /// <summary>The file is no manifest.</summary>
    public static UserErrorException NotAManifest(string file, string reason) => new($"`{file}` is not the manifest of a target", "leave it out, or build the target again", [reason]);

    /// <summary>A file of a set is not there.</summary>
    public static UserErrorException Missing(string file, string manifest) => new($"`{file}` is missing, which `{manifest}.json` names", "bring it back, or build the target again");

    /// <summary>A file of a set is another one.</summary>
    public static UserErrorException Differs(string file, string manifest, string expected, string actual) => new(
        $"`{file}` is not the file that `{manifest}.json` describes", "build the target again, which writes both", [$"expected sha256 {expected}", $"it has sha256 {actual}"]) { ExitCode = ExitCode.NotIdentical };

    /// <summary>A file cannot be read.</summary>
    public static UserErrorException Unreadable(string file, Exception trouble) => new($"cannot read `{file}`: {trouble.Message}", "name a file that is there and can be read", inner: trouble);

    /// <summary>The artifacts were made from another index.</summary>
    public static UserErrorException OtherIndex(string manifest, string target, Digest built, Digest current) => new(
        $"`{manifest}.json` was built from another index",
        $"name the index that it was built from with `--index DIR`; or build `{target}` again from this one, which takes a moment when nothing of it has changed",
        [$"built from {built}", $"this is    {current}"]);

    /// <summary>The artifacts were planned in another way.</summary>
    public static UserErrorException OtherPlan(string manifest, string target, string tool) => new(
        $"`{manifest}.json` was built by {tool}, which plans `{target}` in another way", $"use that version, or build `{target}` again with this one");
}
