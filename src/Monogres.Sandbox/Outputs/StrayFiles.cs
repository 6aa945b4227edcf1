using System.Collections.Immutable;
using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Sandbox.Linux;

namespace Monogres.Sandbox.Outputs;

/// <summary>
/// What a command wrote elsewhere than in its working directory: it would be lost without a word. An overlay's upper directory
/// holds exactly what was written, and a device with the number 0 in the place of what was taken away.
/// </summary>
internal static class StrayFiles
{
    private const int Shown = 20;

    /// <summary>Finds them, a line each, in the order of their paths.</summary>
    /// <param name="upper">The upper directory; absolute.</param>
    /// <param name="workingDirectory">Of the command.</param>
    public static ImmutableArray<string> Find(string upper, RelativePath workingDirectory)
    {
        List<string> found = [];
        Walk(upper, RelativePath.Root);
        found.Sort(StringComparer.Ordinal);
        return found.Count <= Shown ? [.. found] : [.. found.Take(Shown), $"and {found.Count - Shown} more"];

        void Walk(string directory, RelativePath at)
        {
            foreach (var onDisk in Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true }))
            {
                var name = Path.GetFileName(onDisk);
                if (!RelativePath.IsSegment(name) || FileStatus.Of(onDisk) is not { } status)
                    continue;

                var path = at.Child(name);
                if (path == workingDirectory)
                    continue;

                if (status.IsDirectory)
                    Walk(onDisk, path);
                else
                    found.Add(OutputProblems.Stray(path, removed: status.IsDevice));
            }
        }
    }
}
