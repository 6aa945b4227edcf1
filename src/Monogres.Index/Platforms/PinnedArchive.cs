using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index;

/// <summary>An archive by digest that a toolchain is made of besides packages, such as the one in which a compiler's own project distributes it.</summary>
public sealed record PinnedArchive
{
    /// <summary>What the file is called, also in a folder of files: <c>zig-linux-x86_64-0.13.0.tar.xz</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the file.</summary>
    public required Sha256Hash Sha256 { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Where to have it from, in the order to try; always https.</summary>
    public required ImmutableArray<Uri> Addresses { get; init; }

    /// <summary>The directory inside the archive whose content is taken.</summary>
    public required RelativePath StripPrefix { get; init; }

    /// <summary>Where in the root that content is laid, <c>usr/lib/zig</c>.</summary>
    public required RelativePath To { get; init; }
}
