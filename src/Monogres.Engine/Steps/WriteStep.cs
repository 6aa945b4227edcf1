using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Engine.Steps;

/// <summary>Writes small files and empty directories.</summary>
/// <param name="name">For people.</param>
/// <param name="files">The files.</param>
/// <param name="directories">Directories that exist even when nothing is in them.</param>
public sealed class WriteStep(StepName name, ImmutableArray<WrittenFile> files, ImmutableArray<RelativePath> directories) : Step(name, [])
{
    /// <summary>The files.</summary>
    public ImmutableArray<WrittenFile> Files { get; } = files;

    /// <summary>Directories that exist even when nothing is in them.</summary>
    public ImmutableArray<RelativePath> Directories { get; } = directories;

    private protected override void Describe(KeyWriter key)
    {
        key.Add("write 1").Add(Files.Length);
        foreach (var file in Files)
            file.Content.Describe(key.Add(file.Path.Value).Add(file.Executable ? 1 : 0));
        key.Add(Directories.Length);
        foreach (var directory in Directories)
            key.Add(directory.Value);
    }
}

/// <summary>A small file.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Content">Its text.</param>
/// <param name="Executable">Whether it is a program.</param>
public sealed record WrittenFile(RelativePath Path, StepText Content, bool Executable);

/// <summary>A text that is known by less than itself: it is rendered only when the step is run.</summary>
public abstract class StepText
{
    /// <summary>Adds everything that the text depends on.</summary>
    public abstract void Describe(KeyWriter key);

    /// <summary>The text.</summary>
    public abstract string Render();

    /// <summary>This very text.</summary>
    public static StepText Of(string text) => new Literal(text);

    private sealed class Literal(string text) : StepText
    {
        public override void Describe(KeyWriter key) => key.Add("text").Add(text);

        public override string Render() => text;
    }
}
