using System.Collections.Immutable;

namespace Monogres.Index.Projects;

/// <summary>What a server that is based on PostgreSQL is told, beyond what PostgreSQL itself needs, when a cluster is made and started.</summary>
public sealed record ServerRun
{
    /// <summary>Nothing: PostgreSQL itself.</summary>
    public static ServerRun Plain { get; } = new() { InitDb = [], Settings = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal) };

    /// <summary>Further arguments of <c>initdb</c>: <c>--dbmode=oracle</c>.</summary>
    public required ImmutableArray<string> InitDb { get; init; }

    /// <summary>Settings by name; <c>shared_preload_libraries</c> comes before what extensions preload.</summary>
    public required ImmutableSortedDictionary<string, string> Settings { get; init; }

    /// <summary>The port that clients use by default, where the server has several; null for the one that it is started with.</summary>
    public int? Port { get; init; }

    /// <summary>The database that clients use by default; null for <c>postgres</c>.</summary>
    public string? Database { get; init; }
}
