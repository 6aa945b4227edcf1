using System.Collections.Immutable;

namespace Monogres.Cli.Inputs;

/// <summary>An engine or a cache elsewhere, as it was named: texts, so that a command without one loads nothing of it.</summary>
public sealed record RemoteSettings
{
    /// <summary>The address of the engine that runs the actions, or null when they run here.</summary>
    public string? Engine { get; init; }

    /// <summary>The address of the shared cache, or null when the engine is the cache too.</summary>
    public string? Cache { get; init; }

    /// <summary>Whether our results are written into the cache.</summary>
    public bool Upload { get; init; }

    /// <summary>How many actions are at the engine at once; null for the default.</summary>
    public int? Jobs { get; init; }

    /// <summary>Whether this machine runs actions too, while the engine has as many as it may.</summary>
    public bool Beside { get; init; }

    /// <summary>Whether the work is done here when the engine or the cache does not work.</summary>
    public bool Fallback { get; init; }

    /// <summary>The file of a policy that results of others must satisfy, or null when they are taken without.</summary>
    public string? Policy { get; init; }

    /// <summary>Files with the statements of others, and directories of such files.</summary>
    public ImmutableArray<string> Statements { get; init; } = [];

    /// <summary>Platform properties, <c>NAME=VALUE</c>; null for the default.</summary>
    public ImmutableArray<string>? Properties { get; init; }

    /// <summary>A file with a token, or null.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A file with user and password, or null.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A file with the authorities that are believed, or null.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>A file with our certificate, or null.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A file with its key, or null.</summary>
    public string? KeyFile { get; init; }
}
