using System.Collections.Immutable;

namespace Monogres.Remote.Connection;

/// <summary>An engine, and how it is talked to.</summary>
public sealed record RemoteOptions
{
    /// <summary>Where it is.</summary>
    public required RemoteAddress Address { get; init; }

    /// <summary>Who we are, and who the engine is.</summary>
    public RemoteCredentials Credentials { get; init; } = new();

    /// <summary>Platform properties of every action (REAPI <c>Platform</c>): which workers may run it. An engine that does not know one may refuse, or wait for ever.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = DefaultProperties;

    /// <summary>How long one call may take, but for those that wait for an action.</summary>
    public TimeSpan CallLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an action may wait for a worker.</summary>
    public TimeSpan QueueLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>What the engines that ask for properties ask for.</summary>
    public static ImmutableSortedDictionary<string, string> DefaultProperties { get; } =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("ISA", "x86-64"), KeyValuePair.Create("OSFamily", "linux")]);
}
