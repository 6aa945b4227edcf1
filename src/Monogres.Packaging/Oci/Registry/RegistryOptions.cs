namespace Monogres.Packaging.Oci.Registry;

/// <summary>Who pushes.</summary>
/// <param name="User">The name.</param>
/// <param name="Password">The password, or a token in its place.</param>
public sealed record RegistryCredentials(string User, string Password)
{
    /// <summary>Without the password, so that no log has it.</summary>
    public override string ToString() => User;
}

/// <summary>How a registry is spoken to.</summary>
public sealed record RegistryOptions
{
    /// <summary>The registry, without path.</summary>
    public required Uri Address { get; init; }

    /// <summary>Who pushes; null for nobody in particular.</summary>
    public RegistryCredentials? Credentials { get; init; }

    /// <summary>The largest part of a blob that is sent in one request, unless the registry asks for larger ones.</summary>
    public int ChunkSize { get; init; } = 32 << 20;

    /// <summary>How often something is tried that fails on the way.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The wait after the first failure; each further one is twice as long.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing may be sent or received.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many blobs of an image are sent at a time.</summary>
    public int Parallel { get; init; } = 4;
}
