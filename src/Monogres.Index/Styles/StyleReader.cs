using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Options;

namespace Monogres.Index.Styles;

/// <summary>Reads the files of <c>styles/*.json</c> that build servers.</summary>
internal static class StyleReader
{
    /// <summary>What <c>builds</c> says in a style that builds servers, and in one that builds extensions.</summary>
    public const string Server = "server", Extension = "extension";

    public static readonly ObjectShape FileShape = new("style",
        ["version", "name", "builds", "summary", "build_packages", "prefix", "compiler_flags", "configure", "drop", "steps", "tests"], ["$schema", "test_packages", "smoke_tests"]);

    public static readonly ObjectShape ConfigureShape = new("style_configure", ["postgres"], ["arguments", "environment", "why"]);
    public static readonly ObjectShape DropShape = new("drop", ["postgres", "paths"], ["why"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes = [FileShape, ConfigureShape, DropShape, StepReader.StepShape];

    private static readonly string[] PrefixPlaceholders = [StylePlaceholders.Major, StylePlaceholders.Version];

    private static readonly string[] ConfigurePlaceholders =
        [StylePlaceholders.Version, StylePlaceholders.Major, StylePlaceholders.Prefix, StylePlaceholders.Host, StylePlaceholders.Build];

    private static readonly string[] StepPlaceholders = [.. StylePlaceholders.All.Where(name => name is not StylePlaceholders.OptionSmokeTests)];

    private static readonly string[] Kinds = [Server, Extension];

    /// <summary>What a style builds; one that does not say is read as one that builds servers.</summary>
    public static bool BuildsExtensions(JsonField root) => root.Has("builds", Extension);

    /// <summary>The style, and each reference to a package set with its field.</summary>
    public static StyleReading Read(JsonField root, string name, StepReader steps)
    {
        var file = Open(root, FileShape, name);
        var mentions = new List<PackageSetReference>();
        return new StyleReading(
            new BuildStyle
            {
                Name = name,
                Summary = file.Text("summary"),
                BuildPackageSets = PackageSetReference.Read(file["build_packages"], mentions),
                TestPackageSets = PackageSetReference.Read(file["test_packages"], mentions),
                Prefix = file["prefix"] is { } prefix ? ReadPrefix(prefix) : Template.Parse(""),
                CompilerFlags = file.List("compiler_flags", flag => flag.Text()),
                Configure = file.List("configure", ReadConfigure),
                Drop = file.List("drop", ReadDrop),
                Steps = steps.Read(file["steps"], StepPlaceholders, mayBeEmpty: false),
                Tests = steps.Read(file["tests"], StepPlaceholders),
                SmokeTests = steps.Read(file["smoke_tests"], [.. StylePlaceholders.All]),
            },
            mentions);
    }

    /// <summary>The fields that every style has.</summary>
    public static JsonShaped Open(JsonField root, ObjectShape shape, string name)
    {
        var file = root.Object(shape);
        file["version"]?.FormatVersion();
        file["$schema"]?.Text();
        if (file["name"] is { } named && named.Text() is { Length: > 0 } text && !string.Equals(text, name, StringComparison.Ordinal))
            named.Problem($"is `{text}`, but the file is `{name}.json`", "give both the same name");

        if (file["builds"] is { } builds && builds.Text() is { Length: > 0 } kind && !Kinds.Contains(kind, StringComparer.Ordinal))
            builds.Problem($"is `{kind}`: expected `{Server}` or `{Extension}`", JsonField.Suggest(kind, Kinds));

        return file;
    }

    private static Template ReadPrefix(JsonField field)
    {
        var template = field.Template(field.Text(), PrefixPlaceholders);
        if (template.Text.Length > 0 && !template.Text.StartsWith('/'))
            field.Problem($"is `{template}`: expected an absolute path");

        return template;
    }

    private static StyleConfigure ReadConfigure(JsonField field)
    {
        var part = field.Object(ConfigureShape);
        part["why"]?.Text();
        return new StyleConfigure(part.Range("postgres"), ConfigureChoiceReader.Read(part, ConfigureChoiceReader.Arguments(part["arguments"], ConfigurePlaceholders)));
    }

    private static StyleDrop ReadDrop(JsonField field)
    {
        var part = field.Object(DropShape);
        part["why"]?.Text();
        return new StyleDrop(part.Range("postgres"), part["paths"] is { } paths ? Globs.Read(paths) : []);
    }
}

/// <summary>A style that builds servers, and each reference to a package set.</summary>
internal sealed record StyleReading(BuildStyle Style, IReadOnlyList<PackageSetReference> Mentions);
