using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Platforms.Composer;

namespace Monogres.Engine.Steps;

/// <summary>
/// Unpacks an archive by digest. There can be several files that hold the same content, such as a release tarball and the
/// archive of the tag; each gives the same tree, because what only some of them have is omitted.
/// </summary>
/// <param name="name">For people.</param>
/// <param name="files">The files, preferred first; the first one stands for all in the key.</param>
/// <param name="omit">Globs of what is not unpacked.</param>
public sealed class UnpackStep(StepName name, ImmutableArray<UnpackFile> files, ImmutableArray<string> omit) : Step(name, [])
{
    /// <summary>The files, preferred first.</summary>
    public ImmutableArray<UnpackFile> Files { get; } = files;

    /// <summary>Globs of what is not unpacked, as <see cref="Store.Archives.GlobSet"/> reads them.</summary>
    public ImmutableArray<string> Omit { get; } = omit;

    /// <summary>The tree in one of the files.</summary>
    public ArchiveTree TreeIn(UnpackFile file) => new(file.File.Sha256, file.StripPrefix, Omit);

    private protected override void Describe(KeyWriter key) => key.Add("unpack 1").Add(TreeIn(Files[0]).Key);
}

/// <summary>One of the files that an <see cref="UnpackStep"/> can read.</summary>
/// <param name="Label">Which of the project's sources it is: <c>tarball</c>, <c>tag</c>.</param>
/// <param name="File">The file.</param>
/// <param name="StripPrefix">The directory inside the archive that is the tree; null for its one top directory, whatever its name.</param>
public sealed record UnpackFile(string Label, PinnedFile File, RelativePath? StripPrefix);
