using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Packaging.Formats;

/// <summary>
/// What a package says of itself, so that it can be built again from itself alone: the same facts in every format, each in the
/// place that the format has for such (docs/reference/packages.md). The index and the tool are not among them: the recipe is all of
/// both that goes into the payload, and a package stays the same when anything else of them changes.
/// </summary>
public sealed record PackageIdentity
{
    /// <summary>The name of the file that archives have it in: at their top, or in <c>share/doc/PROJECT</c>.</summary>
    public const string FileName = "monogres.json";

    private const string TargetFact = "target", PlatformFact = "platform", ToolchainFact = "toolchain", RecipeFact = "recipe", PayloadFact = "payload", FormFact = "form", WithFact = "with";
    private const string Portable = "portable";

    /// <summary>What was built.</summary>
    public required TargetId Target { get; init; }

    /// <summary>The key of the step that yields the payload: that of the recipe in manifests, and of <c>monogres plan TARGET --json</c>.</summary>
    public required Digest Recipe { get; init; }

    /// <summary>Whether a portable tree was packed.</summary>
    public bool IsPortable { get; init; }

    /// <summary>The format of an image of a server that is not <c>oci</c>: <c>cnpg</c>; null for all else.</summary>
    public string? ImageFormat { get; init; }

    /// <summary>The extensions that an image of a server includes, as <c>--with</c> takes them: <c>pgvector@0.8.0</c>.</summary>
    public ImmutableArray<string> With { get; init; } = [];

    /// <summary>The tree that was packed; null when it is not said.</summary>
    public Digest? Payload { get; init; }

    /// <summary>The facts by their names, which are those of fields of JSON; the payload comes last.</summary>
    public IEnumerable<(string Name, string Value)> Facts()
    {
        yield return (TargetFact, Target.Name.ToString());
        yield return (PlatformFact, Target.Platform.ToString());
        yield return (ToolchainFact, Target.Toolchain);
        yield return (RecipeFact, Recipe.ToString());
        if (IsPortable)
            yield return (FormFact, Portable);
        else if (ImageFormat is not null)
            yield return (FormFact, ImageFormat);
        if (!With.IsEmpty)
            yield return (WithFact, string.Join(',', With));
        if (Payload is { } payload)
            yield return (PayloadFact, payload.ToString());
    }

    /// <summary>Reads the facts back; null when there is none of them.</summary>
    /// <param name="fact">Gives the value of a fact, or null.</param>
    /// <exception cref="FormatException">A fact is missing, or is none.</exception>
    public static PackageIdentity? Read(Func<string, string?> fact)
    {
        if (fact(TargetFact) is not { } target)
            return null;

        var form = fact(FormFact);
        return new PackageIdentity
        {
            Target = new TargetId(TargetName.Parse(target), PlatformName.Parse(Required(PlatformFact)), Required(ToolchainFact)),
            Recipe = Digest.Parse(Required(RecipeFact)),
            IsPortable = form is Portable,
            ImageFormat = form is Portable ? null : form,
            With = fact(WithFact) is { } with ? [.. with.Split(',')] : [],
            Payload = fact(PayloadFact) is { } payload ? Digest.Parse(payload) : null,
        };

        string Required(string name) => fact(name) ?? throw new FormatException($"it names a target and no {name}");
    }
}
