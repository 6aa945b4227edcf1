using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Inspection;

namespace Monogres.Payloads.Extensions;

/// <summary>How the loader would resolve a program or library of a payload.</summary>
public sealed record LinkedFile
{
    /// <summary>The file, relative to the prefix.</summary>
    public required RelativePath Path { get; init; }

    /// <summary>Libraries that it or one of its libraries needs, and that were not found.</summary>
    public required ImmutableArray<MissingLibrary> MissingLibraries { get; init; }

    /// <summary>Required symbols that nothing defines, sorted. Not resolved when a library is missing, which might define them.</summary>
    public required ImmutableArray<string> MissingSymbols { get; init; }

    /// <summary>Symbols that it takes from the server, sorted: what it depends on of that server's binary interface.</summary>
    public required ImmutableArray<string> ServerSymbols { get; init; }

    /// <summary>Directories outside the prefix, named by its own RUNPATH, where one of its libraries was found; absolute.</summary>
    public required ImmutableArray<string> UsedDirectories { get; init; }
}

/// <summary>A library that was not found.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Through">The library that needs it, or null when it is the file itself.</param>
public sealed record MissingLibrary(string Name, string? Through);
