using System.Collections.Immutable;
using Monogres.Index.Json;

namespace Monogres.Index.Styles;

/// <summary>Reads the files of <c>styles/*.json</c> that build extensions.</summary>
internal static class ExtensionStyleReader
{
    public static readonly ObjectShape FileShape = new("extension_style",
        ["version", "name", "builds", "summary", "build_packages", "steps"], ["$schema", "test_packages", "tests"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes = [FileShape, StepReader.StepShape];

    // What only the tests have is not known while building.
    private static readonly string[] StepPlaceholders =
        [.. ExtensionPlaceholders.All.Where(name => name is not (ExtensionPlaceholders.StartServer or ExtensionPlaceholders.TestArguments or ExtensionPlaceholders.TestModules))];

    private static readonly string[] TestPlaceholders = [.. ExtensionPlaceholders.All];

    public static ExtensionStyleReading Read(JsonField root, string name, StepReader steps)
    {
        var file = StyleReader.Open(root, FileShape, name);
        var mentions = new List<PackageSetReference>();
        return new ExtensionStyleReading(
            new ExtensionStyle
            {
                Name = name,
                Summary = file.Text("summary"),
                BuildPackageSets = PackageSetReference.Read(file["build_packages"], mentions),
                TestPackageSets = PackageSetReference.Read(file["test_packages"], mentions),
                Steps = steps.Read(file["steps"], StepPlaceholders, mayBeEmpty: false),
                Tests = steps.Read(file["tests"], TestPlaceholders),
            },
            mentions);
    }
}

/// <summary>A style that builds extensions, and each reference to a package set.</summary>
internal sealed record ExtensionStyleReading(ExtensionStyle Style, IReadOnlyList<PackageSetReference> Mentions);
