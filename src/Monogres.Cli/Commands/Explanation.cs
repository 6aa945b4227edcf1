using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Plans.Targets;
using Monogres.Results.Records;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Cli.Commands;

/// <summary>What a target is made of, whether it is built, and why it would be built again.</summary>
internal sealed record Explanation
{
    public required Target Target { get; init; }

    /// <summary>What it is made of; null while something of it was never unpacked or built in this store.</summary>
    public required TargetRecipe? Recipe { get; init; }

    /// <summary>The manifest of its last build in this store.</summary>
    public required TargetManifest? Last { get; init; }

    /// <summary>Whether its payload is in the store.</summary>
    public required bool IsBuilt { get; init; }

    /// <summary>Why it would be built.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Asks the engine; downloads and runs nothing.</summary>
    public static async Task<Explanation> OfAsync(Workspace workspace, Target target, CancellationToken cancel)
    {
        var isBuilt = await workspace.Engine.FindAsync(target.Payload, cancel) is not null;
        var recipe = await workspace.Recipes.FindAsync(target, cancel);
        var last = await workspace.Records.FindAsync(target, cancel);
        return new Explanation
        {
            Target = target,
            Recipe = recipe,
            Last = last,
            IsBuilt = isBuilt,
            Reasons = isBuilt ? [] : await workspace.Reasons.OfAsync(target, cancel),
        };
    }

    public string Json() => IsBuilt && Last is not null ? Last.ToText() : new JsonObject
    {
        ["version"] = TargetManifest.FormatVersion,
        ["target"] = Target.Id.Name.ToString(),
        ["platform"] = Target.Id.Platform.ToString(),
        ["toolchain"] = Target.Id.Toolchain,
        ["key"] = Target.Payload.Key.ToString(),
        ["built"] = IsBuilt,
        ["reasons"] = new JsonArray([.. Reasons.Select(reason => (JsonNode)reason)]),
    }.ToJsonString(JsonText.Indented) + "\n";

    public string Text()
    {
        var text = new StringBuilder($"{Target.Id.Name} for {Target.Id.Platform} with {Target.Id.Toolchain}\n");
        void Line(string label, string value) => text.Append($"  {label,-11} {value}\n");

        var made = Target.Ingredients;
        Line("key", Target.Payload.Key.ToString());
        if (Recipe is { } recipe)
        {
            Line("action", recipe.Action.ToString());
            Line("source", $"{recipe.Source} ({(recipe.SourceFiles.IsEmpty ? "from a local source" : $"from the {string.Join(" and ", recipe.SourceFiles.Select(file => $"{file.Name}, sha256 {file.Sha256}"))}")})");
            Line("root", $"{string.Join(" + ", recipe.BuildRoot)} ({RecipeReader.PackagesOf(Target).Packages.Length} packages)");
        }

        foreach (var archive in made.BuildRoot.SelectMany(root => root.Sources).OfType<ComposeSource.Archive>())
            Line("archive", $"{archive.File.Name} (sha256 {archive.File.Sha256}, in /{archive.To} of the root)");
        foreach (var (name, payload) in Recipe?.BuiltAgainst ?? ImmutableSortedDictionary<string, Digest>.Empty)
            Line("against", $"{payload} ({name})");
        if (Recipe is not null)
            Line("script", Recipe.Script.ToString());
        Line("environment", string.Join(' ', Target.Build.Command.Environment.Select(pair => $"{pair.Key}={pair.Value}")));
        text.Append(IsBuilt ? "built: nothing changed since\n" : "will be built:\n");
        foreach (var reason in Reasons)
            text.Append($"  {reason}\n");
        return text.ToString();
    }
}
