using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Engine.Steps;

/// <summary>What steps take from outside: source files and packages, by digest.</summary>
public static class StepInputs
{
    /// <summary>Every input of some steps and of all that they are made from, each once; where one of several files will do, all of these.</summary>
    public static IEnumerable<ImmutableArray<Sha256Hash>> Of(IEnumerable<Step> steps)
    {
        HashSet<Digest> seen = [];
        HashSet<Sha256Hash> given = [];
        var open = new Stack<Step>(steps);
        while (open.TryPop(out var step))
        {
            if (!seen.Add(step.Key))
                continue;

            foreach (var input in step.Inputs)
                open.Push(input);
            foreach (var alternatives in OwnOf(step))
            {
                if (given.Add(alternatives[0]))
                    yield return alternatives;
            }
        }
    }

    private static IEnumerable<ImmutableArray<Sha256Hash>> OwnOf(Step step) => step switch
    {
        UnpackStep unpack => [[.. unpack.Files.Select(file => file.File.Sha256)]],
        ComposeStep compose => compose.Packages.Select(package => ImmutableArray.Create(package.Sha256))
            .Concat(compose.Sources.OfType<ComposeSource.Archive>().Select(archive => ImmutableArray.Create(archive.File.Sha256))),
        _ => [],
    };
}
