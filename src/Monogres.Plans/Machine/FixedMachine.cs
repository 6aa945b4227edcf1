using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index.Platforms;
using Monogres.Payloads.Layout;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;

namespace Monogres.Plans.Machine;

/// <summary>
/// What lets every program of a build root see the same machine: a small library that <c>/etc/ld.so.preload</c> names, compiled
/// by the compiler of the root itself. Its source is data of the platform (<see cref="BuildShims.Preload"/>).
/// </summary>
internal static class FixedMachine
{
    private const string SourceName = "fixed-machine.c";

    // The library is not part of any result; what it is compiled with need only be the same everywhere.
    private const string Flags = "-shared -fPIC -O2 -ffreestanding -fno-builtin -fno-stack-protector -nostdlib -Wall -Wextra -Werror";

    /// <summary>The layers to put above a build root: one for each kind of programs that run in it and whose platform has such a library.</summary>
    /// <param name="context">The platform and the compiler.</param>
    /// <param name="root">The build root.</param>
    /// <param name="sets">The package sets that every build root has, a shell among them.</param>
    public static ImmutableArray<Step> Layers(PlanContext context, ComposeStep root, ImmutableArray<string> sets)
    {
        List<Step> layers = [];
        if (context.Platform is { Cross: not null, Tools: { Shims.Preload: { } preload } tools })
        {
            // The programs of the root are another platform's; its own run there too, under an emulator.
            var compiler = tools.Toolchain(TargetId.DefaultToolchain);
            layers.Add(Layer(tools, compiler, context.Roots.OfTools().Root(new RootRequest(RootKind.Build, tools.Packages([.. compiler.PackageSets, .. sets]), compiler)), preload));
        }

        if (context.Platform.Shims.Preload is { } own)
            layers.Add(Layer(context.Platform, context.Toolchain, root, own));
        return [.. layers];
    }

    private static RunStep Layer(Platform platform, Toolchain toolchain, ComposeStep root, string source)
    {
        // The loader replaces $LIB by the directory of its architecture, so that each finds the library that it can load.
        var script = $"""
            set -e
            mkdir -p out/etc out/usr/lib/{platform.GnuTriplet}/monogres
            {ShellText.Quote(toolchain.CompilerC)} {Flags} {string.Join(' ', toolchain.LinkerFlags)} -o out/usr/lib/{platform.GnuTriplet}/monogres/fixed-machine.so {SourceName}
            echo '/usr/$LIB/monogres/fixed-machine.so' >out/etc/ld.so.preload

            """;
        var name = new StepName(platform.Name, $"fixed machine ({toolchain.Name})");
        return new RunStep(
            name,
            [root, new WriteStep(name, [new WrittenFile(BuildPaths.Script, StepText.Of(script), Executable: false), new WrittenFile(BuildPaths.Work.Child(SourceName), StepText.Of(source), Executable: false)], [BuildPaths.Output])],
            Commands.RunScript(DateTimeOffset.UnixEpoch, Commands.BuildTimeout));
    }
}
