using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Proof.Json;

namespace Monogres.Proof.Provenance;

/// <summary>
/// Something that is said of some artifacts, by their digests (in-toto Statement v1,
/// https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md). Who says it is whoever signs it.
/// </summary>
/// <param name="Subjects">The artifacts, sorted by name; at least one.</param>
/// <param name="PredicateType">What kind of thing is said.</param>
/// <param name="Predicate">What is said.</param>
public sealed record Statement(ImmutableArray<Subject> Subjects, string PredicateType, JsonObject Predicate)
{
    /// <summary>The type of an envelope with a statement in it.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    private const string Type = "https://in-toto.io/Statement/v1";

    /// <summary>The statement as it is signed: <see cref="CanonicalJson"/>.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(new JsonObject
    {
        ["_type"] = Type,
        ["subject"] = new JsonArray([.. Subjects.Select(subject => (JsonNode)subject.ToJson())]),
        ["predicateType"] = PredicateType,
        ["predicate"] = Predicate.DeepClone(),
    });

    /// <summary>Reads a statement.</summary>
    /// <exception cref="FormatException">It is none, or says nothing of anything.</exception>
    public static Statement Parse(ReadOnlySpan<byte> bytes)
    {
        var all = JsonReading.Parse(bytes);
        if (all.Text("_type") is not Type)
            throw new FormatException($"`_type` is `{all.Text("_type")}` and not `{Type}`");

        ImmutableArray<Subject> subjects = [.. all.Objects("subject").Select(Subject.Parse)];
        return subjects.IsEmpty ? throw new FormatException("`subject` is empty") : new Statement(subjects, all.Text("predicateType"), all.Member("predicate"));
    }

    /// <summary>The subject of that name, or null.</summary>
    public Subject? Find(string name) => Subjects.FirstOrDefault(subject => string.Equals(subject.Name, name, StringComparison.Ordinal));
}

/// <summary>An artifact in a statement.</summary>
/// <param name="Name">The name of a file, or a tree of the result: <see cref="PayloadName"/>, <see cref="SymbolsName"/>.</param>
/// <param name="Sha256">Its SHA-256; of a tree, that of its root directory as the Remote Execution API writes it.</param>
public sealed record Subject(string Name, Sha256Hash Sha256)
{
    /// <summary>The name of the tree that is installed. No file has it: it has a colon.</summary>
    public const string PayloadName = "tree:payload";

    /// <summary>The name of the tree of the debug information.</summary>
    public const string SymbolsName = "tree:symbols";

    /// <summary>Whether it is a tree and no file.</summary>
    public bool IsTree => Name is PayloadName or SymbolsName;

    internal JsonObject ToJson() => new() { ["name"] = Name, ["digest"] = ResourceDescriptor.DigestSet(Sha256) };

    internal static Subject Parse(JsonObject subject)
    {
        var name = subject.Text("name");
        return Sha256Hash.TryParse(subject.Member("digest").Text("sha256"), out var sha256)
            ? new Subject(name, sha256)
            : throw new FormatException($"the `sha256` of the subject `{name}` is not one: 64 lower-case hexadecimal digits are needed");
    }
}
