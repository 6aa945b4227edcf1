using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Platforms;

/// <summary>An archive by digest that is part of a toolchain, such as the one in which a compiler's own project distributes it.</summary>
public sealed record PinnedArchive
{
    /// <summary>The name of the file, also in a source mirror: <c>zig-linux-x86_64-0.13.0.tar.xz</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the file.</summary>
    public required Sha256Hash Sha256 { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Where to download it, in the order to try; always https.</summary>
    public required ImmutableArray<Uri> Addresses { get; init; }

    /// <summary>The directory inside the archive whose content is used.</summary>
    public required RelativePath StripPrefix { get; init; }

    /// <summary>Where in the root that content goes, <c>usr/lib/zig</c>.</summary>
    public required RelativePath To { get; init; }
}
