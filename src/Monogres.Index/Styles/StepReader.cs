using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Styles;

/// <summary>Reads the steps of styles, and <c>styles/steps/*.json</c>, the steps that several styles share.</summary>
internal sealed class StepReader(IReadOnlyDictionary<string, Template> shared)
{
    public static readonly ObjectShape StepShape = new("step", ["name"], ["postgres", "run", "use"]);
    public static readonly ObjectShape FileShape = new("shared_step", ["version", "summary", "run"], ["$schema"]);

    /// <summary>Every shape of a file with a shared step: the file itself.</summary>
    public static readonly ObjectShape[] FileShapes = [FileShape];

    // Whatever a style builds, its steps have an output.
    private static readonly string[] SharedPlaceholders = [StylePlaceholders.Out];

    /// <summary>The script of a shared step.</summary>
    public static Template ReadShared(JsonField root)
    {
        var file = root.Object(FileShape);
        file["version"]?.FormatVersion();
        file["$schema"]?.Text();
        file.Text("summary");
        return ReadRun(file["run"], SharedPlaceholders);
    }

    /// <summary>A list of steps.</summary>
    /// <param name="field">The list; null when it is absent.</param>
    /// <param name="placeholders">What the steps may use.</param>
    /// <param name="mayBeEmpty">Whether a list without any step is allowed.</param>
    public ImmutableArray<StyleStep> Read(JsonField? field, IReadOnlyList<string> placeholders, bool mayBeEmpty = true) =>
        field?.List(step => ReadStep(step, placeholders), mayBeEmpty) ?? [];

    private StyleStep ReadStep(JsonField field, IReadOnlyList<string> placeholders)
    {
        var step = field.Object(StepShape);
        var (run, use) = (step["run"], step["use"]);
        if (field.IsObject && run is null == use is null)
            field.Problem("needs exactly one of `run` (the lines of its script) and `use` (the shared step that has them)");

        return new StyleStep(step.Text("name"), step.Range("postgres"), use is null ? ReadRun(run, placeholders) : ReadUse(use));
    }

    private static Template ReadRun(JsonField? field, IReadOnlyList<string> placeholders) =>
        field is { } lines ? lines.Template(lines.Lines(), placeholders) : Template.Parse("");

    private Template ReadUse(JsonField field)
    {
        var name = field.Text();
        if (shared.TryGetValue(name, out var script))
            return script;

        if (name.Length > 0)
            field.Problem($"names the unknown step `{name}`", JsonField.Suggest(name, shared.Keys) ?? "the shared steps are the files in styles/steps");
        return Template.Parse("");
    }
}
