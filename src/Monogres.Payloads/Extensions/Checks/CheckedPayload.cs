using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>What checks look at in a built extension, all of it read already.</summary>
public sealed record CheckedPayload
{
    /// <summary>The installed files.</summary>
    public required InstalledTree Tree { get; init; }

    /// <summary>The version of the server that it was built for.</summary>
    public required PgVersion Server { get; init; }

    /// <summary>The extensions that it installs.</summary>
    public ImmutableArray<InstalledExtension> Extensions { get; init; } = [];

    /// <summary>How the loader resolves its programs and libraries.</summary>
    public ImmutableArray<LinkedFile> Links { get; init; } = [];

    /// <summary>The log of its build, line by line.</summary>
    public ImmutableArray<string> BuildLog { get; init; } = [];

    /// <summary>The names of the files and directories at the top of its source.</summary>
    public required ImmutableArray<string> SourceNames { get; init; }

    /// <summary>Those texts of <see cref="DateTexts"/> in the payload that are in the source too.</summary>
    public ImmutableHashSet<string> DatesOfSource { get; init; } = [];

    /// <summary>The day on which it was built, or null when that is not known.</summary>
    public DateOnly? BuiltOn { get; init; }
}
