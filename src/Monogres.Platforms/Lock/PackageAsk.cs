using System.Collections.Immutable;
using Monogres.Platforms.Contents;

namespace Monogres.Platforms.Lock;

/// <summary>What is needed of an archive: a library with its headers, or a program.</summary>
/// <param name="Name">The name for its package sets: <c>sodium</c>.</param>
/// <param name="Files">Files of it, whose packages are looked for; it is enough that one of them is found.</param>
public sealed record PackageAsk(string Name, ImmutableArray<WantedFile> Files)
{
    /// <summary>Packages of it that are known.</summary>
    public ImmutableArray<string> Packages { get; init; } = [];

    /// <summary>Whether it is a program that only the build calls: it has one set of its name, and nothing at run time.</summary>
    public bool IsTool { get; init; }

    /// <summary>For messages: <c>-lsodium, sodium.h</c>.</summary>
    public override string ToString() => string.Join(", ", Packages.Concat(Files.Select(file => $"`{file}`")));
}

/// <summary>What an archive has of what is needed.</summary>
public abstract record PackageAnswer
{
    private PackageAnswer()
    {
    }

    /// <summary>It has it.</summary>
    /// <param name="Build">The packages to build with, sorted.</param>
    /// <param name="Runtime">The packages with the shared libraries of these, sorted.</param>
    /// <param name="HasPrograms">Whether a program of it was asked for, which runs on the machine that builds.</param>
    public sealed record Found(ImmutableArray<string> Build, ImmutableArray<string> Runtime, bool HasPrograms) : PackageAnswer;

    /// <summary>No package has it.</summary>
    /// <param name="Missing">The package that does not exist, or null when none has the files.</param>
    public sealed record Nowhere(string? Missing = null) : PackageAnswer;

    /// <summary>Several packages have it, and which is meant cannot be told.</summary>
    /// <param name="Files">The file, or several headers.</param>
    /// <param name="Packages">They, sorted.</param>
    public sealed record Several(ImmutableArray<WantedFile> Files, ImmutableArray<string> Packages) : PackageAnswer;
}
