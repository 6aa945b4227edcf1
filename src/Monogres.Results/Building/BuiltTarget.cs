using Monogres.Core;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Inspection;
using Monogres.Plans.Targets;

namespace Monogres.Results.Building;

/// <summary>A target that is built.</summary>
/// <param name="Target">The target.</param>
/// <param name="Payload">The tree of what is installed.</param>
/// <param name="Needs">What that needs of the machine it runs on.</param>
public sealed record BuiltTarget(Target Target, Digest Payload, BinaryNeeds Needs)
{
    /// <summary>The tree of the debug information; null when there is none.</summary>
    public Digest? Symbols { get; init; }

    /// <summary>What is known of the extensions in it; null for a server.</summary>
    public ExtensionInspection? Inspection { get; init; }

    /// <summary>Whether it was built before, so that no command was run for it now.</summary>
    public bool Cached { get; init; }
}
