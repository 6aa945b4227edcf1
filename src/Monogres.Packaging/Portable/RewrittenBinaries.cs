using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Packaging.Portable;

/// <summary>Rewrites what a <see cref="PortablePlan"/> says, by the pinned patchelf: a command in a sandbox. It changes files for any kind of machine.</summary>
internal static class RewrittenBinaries
{
    private static readonly RelativePath Work = RelativePath.Parse("build");
    private static readonly RelativePath Input = Work.Child("in");
    private static readonly RelativePath Commands = Work.Child("commands");
    private static readonly RelativePath Script = Work.Child("rewrite.sh");
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("LC_ALL", "C.UTF-8"),
        KeyValuePair.Create("PATH", "/usr/bin:/usr/sbin"),
    ]);

    /// <summary>The step: a tree with the files that changed, relative to the prefix.</summary>
    /// <param name="name">For people.</param>
    /// <param name="plan">Has the files, and the commands.</param>
    /// <param name="programs">The root with a shell and patchelf.</param>
    public static Step Of(StepName name, Step plan, Step programs)
    {
        var script = StepText.Of($"""
            set -e
            cp -R in/. out
            chmod -R u+w out
            cd out
            . ../{Commands.Name}/{PortablePlan.CommandsName}

            """);
        return new RunStep(
            name,
            [
                programs, new PickStep(name, plan, PortablePlan.Files, Input, optional: true), new PickStep(name, plan, PortablePlan.Commands, Commands),
                new WriteStep(name, [new WrittenFile(Script, script, Executable: false)], [Work.Child(CanonicalAction.OutputDirectory), Input]),
            ],
            new StepCommand(["/bin/sh", "/" + Script], Environment, Work, Limit));
    }
}
