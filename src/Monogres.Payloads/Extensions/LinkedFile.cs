using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Payloads.Extensions;

/// <summary>What the loader would find for a program or library of a payload.</summary>
public sealed record LinkedFile
{
    /// <summary>The file, relative to the prefix.</summary>
    public required RelativePath Path { get; init; }

    /// <summary>Libraries that it needs, or one of its libraries needs, and that are nowhere.</summary>
    public required ImmutableArray<MissingLibrary> MissingLibraries { get; init; }

    /// <summary>Symbols that it cannot do without and that nothing gives, sorted. Not looked for when a library is missing, which might give them.</summary>
    public required ImmutableArray<string> MissingSymbols { get; init; }

    /// <summary>Symbols that it takes from the server, sorted: what it depends on of that server's binary interface.</summary>
    public required ImmutableArray<string> ServerSymbols { get; init; }

    /// <summary>Directories outside the prefix, named by its own RUNPATH, where one of its libraries was found; absolute.</summary>
    public required ImmutableArray<string> UsedDirectories { get; init; }
}

/// <summary>A library that is nowhere.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Through">The library that needs it, or null when it is the file itself.</param>
public sealed record MissingLibrary(string Name, string? Through);
