using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Options;

namespace Monogres.Index.Styles;

/// <summary>Reads <c>styles/*.json</c>.</summary>
internal static class StyleReader
{
    public static readonly ObjectShape FileShape = new("style",
        ["version", "name", "summary", "build_packages", "prefix", "compiler_flags", "configure", "drop", "steps", "tests"], ["$schema", "test_packages", "proofs"]);

    public static readonly ObjectShape ConfigureShape = new("style_configure", ["postgres"], ["arguments", "environment", "why"]);
    public static readonly ObjectShape DropShape = new("drop", ["postgres", "paths"], ["why"]);
    public static readonly ObjectShape StepShape = new("step", ["name", "run"], ["postgres"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes = [FileShape, ConfigureShape, DropShape, StepShape];

    private static readonly string[] PrefixPlaceholders = [StylePlaceholders.Major, StylePlaceholders.Version];

    private static readonly string[] ConfigurePlaceholders =
        [StylePlaceholders.Version, StylePlaceholders.Major, StylePlaceholders.Prefix, StylePlaceholders.Host, StylePlaceholders.Build];

    private static readonly string[] StepPlaceholders = [.. StylePlaceholders.All.Where(name => name is not StylePlaceholders.OptionProofs)];

    /// <summary>The style, and each mention of a package set with the field where it stands.</summary>
    public static (BuildStyle Style, IReadOnlyList<PackageSetMention> Mentions) Read(JsonField root, string name)
    {
        var file = root.Object(FileShape);
        file["version"]?.FormatVersion();
        file["$schema"]?.Text();
        if (file["name"] is { } named && named.Text() is { Length: > 0 } text && !string.Equals(text, name, StringComparison.Ordinal))
            named.Problem($"is `{text}`, but the file is `{name}.json`", "name them alike");

        var mentions = new List<PackageSetMention>();
        return (new BuildStyle
        {
            Name = name,
            Summary = file.Text("summary"),
            BuildPackageSets = PackageSetMention.Read(file["build_packages"], mentions),
            TestPackageSets = PackageSetMention.Read(file["test_packages"], mentions),
            Prefix = file["prefix"] is { } prefix ? ReadPrefix(prefix) : Template.Parse(""),
            CompilerFlags = file.List("compiler_flags", flag => flag.Text()),
            Configure = file.List("configure", ReadConfigure),
            Drop = file.List("drop", ReadDrop),
            Steps = file.List("steps", step => ReadStep(step, StepPlaceholders), mayBeEmpty: false),
            Tests = file.List("tests", step => ReadStep(step, StepPlaceholders)),
            Proofs = file.List("proofs", step => ReadStep(step, [.. StylePlaceholders.All])),
        }, mentions);
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

    private static StyleStep ReadStep(JsonField field, string[] placeholders)
    {
        var step = field.Object(StepShape);
        var run = step["run"] is { } lines ? lines.Template(lines.Lines(), placeholders) : Template.Parse("");
        return new StyleStep(step.Text("name"), step.Range("postgres"), run);
    }
}
