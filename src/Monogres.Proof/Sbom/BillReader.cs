using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Proof.Json;
using Monogres.Proof.Provenance;

namespace Monogres.Proof.Sbom;

/// <summary>Asks a bill of materials, as SPDX of ours, what its artifacts hold and need.</summary>
public sealed class BillReader
{
    private readonly Dictionary<string, (string Name, string? Version)> _components = new(StringComparer.Ordinal);
    private readonly ILookup<string, (RelationKind Kind, string To)> _relations;
    private readonly string _target;
    private readonly ImmutableArray<string> _artifacts;

    private BillReader(JsonObject document)
    {
        foreach (var package in document.Objects("packages"))
            _components.Add(package.Text("SPDXID"), (package.Text("name"), package.FindText("versionInfo")));
        var relations = document.Objects("relationships").Select(one => (From: one.Text("spdxElementId"), Type: one.Text("relationshipType"), To: one.Text("relatedSpdxElement"))).ToArray();
        _target = relations.FirstOrDefault(one => one.Type is "DESCRIBES").To ?? throw new FormatException("it does not say what it describes");
        _relations = relations.SelectMany(one => KindOf(one.Type) is { } kind ? (IEnumerable<(string From, RelationKind Kind, string To)>)[(one.From, kind, one.To)] : [])
            .ToLookup(one => one.From, one => (one.Kind, one.To), StringComparer.Ordinal);
        _artifacts = [.. document.Objects("packages").Where(package => package.FindText("packageFileName") is not null).Select(package => package.Text("SPDXID"))];
    }

    /// <summary>The names of the files that the bill is about.</summary>
    public IEnumerable<string> Artifacts => _artifacts.Select(artifact => _components[artifact].Name);

    /// <summary>Reads a document.</summary>
    /// <param name="bytes">The content of the file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="UserErrorException">It is no such document.</exception>
    public static BillReader Parse(byte[] bytes, string file)
    {
        try
        {
            return new BillReader(JsonReading.Parse(bytes));
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new UserErrorException($"`{file}` is not a bill of materials in SPDX: {error.Message}", "write it again with `monogres attest`");
        }
    }

    /// <summary>The artifacts that hold or need what is looked for, in the order of the document.</summary>
    public IEnumerable<Finding> Find(PackageQuery query)
    {
        var needed = Needed(query).ToArray();
        foreach (var artifact in _artifacts.Where(artifact => !ArtifactKinds.IsSymbols(_components[artifact].Name)))
        {
            string[] held = [.. _relations[artifact].Where(one => one.Kind is RelationKind.Contains && Matches(query, one.To)).Select(one => one.To)];
            foreach (var one in held)
                yield return FindingOf(artifact, isHeld: true, one, []);
            foreach (var (component, through) in needed.Where(one => !held.Contains(one.Component, StringComparer.Ordinal)))
                yield return FindingOf(artifact, isHeld: false, component, through);
        }
    }

    private Finding FindingOf(string artifact, bool isHeld, string component, ImmutableArray<string> through) =>
        new(_components[artifact].Name, isHeld, _components[component].Name, _components[component].Version, through);

    private bool Matches(PackageQuery query, string id) => _components.TryGetValue(id, out var component) && query.Matches(component.Name, component.Version);

    /// <summary>What the target is or needs that matches, each by the shortest way to it.</summary>
    private IEnumerable<(string Component, ImmutableArray<string> Through)> Needed(PackageQuery query)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { _target };
        var queue = new Queue<(string Component, ImmutableArray<string> Through)>([(_target, [])]);
        while (queue.TryDequeue(out var next))
        {
            if (Matches(query, next.Component))
                yield return next;
            ImmutableArray<string> through = string.Equals(next.Component, _target, StringComparison.Ordinal) ? [] : [.. next.Through, _components.GetValueOrDefault(next.Component).Name ?? next.Component];
            foreach (var (_, to) in _relations[next.Component].Where(one => one.Kind is RelationKind.DependsOn && seen.Add(one.To)))
                queue.Enqueue((to, through));
        }
    }

    private static RelationKind? KindOf(string type) => Enum.GetValues<RelationKind>().Select(kind => (RelationKind?)kind).FirstOrDefault(kind => string.Equals(SpdxDocument.TypeOf(kind!.Value), type, StringComparison.Ordinal));
}

/// <summary>An artifact that holds or needs what was looked for.</summary>
/// <param name="Artifact">The name of its file.</param>
/// <param name="IsHeld">Whether the files of the component are in it.</param>
/// <param name="Component">The component.</param>
/// <param name="Version">Its version.</param>
/// <param name="Through">The components by whose need it is needed, the target's own first; none when the target itself needs it.</param>
public sealed record Finding(string Artifact, bool IsHeld, string Component, string? Version, ImmutableArray<string> Through);
