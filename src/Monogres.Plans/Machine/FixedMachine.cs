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
/// by the compiler of the root itself. What it hides is said in its source, <c>fixed-machine.c</c>, and in
/// <c>docs/explanation/reproducibility.md</c>.
/// </summary>
internal static class FixedMachine
{
    private const string SourceName = "fixed-machine.c";

    // The library is not part of any result; what it is compiled with need only be the same everywhere.
    private const string Flags = "-shared -fPIC -O2 -ffreestanding -fno-builtin -fno-stack-protector -nostdlib -Wall -Wextra -Werror";

    private static readonly StepText Source = StepText.Of(ReadSource());

    /// <summary>The layers to put above a build root: one for each kind of programs that run in it.</summary>
    /// <param name="context">The platform and the compiler.</param>
    /// <param name="root">The build root.</param>
    /// <param name="sets">The package sets that every build root has, a shell among them.</param>
    public static ImmutableArray<Step> Layers(PlanContext context, ComposeStep root, ImmutableArray<string> sets)
    {
        var own = Layer(context.Platform, context.Toolchain, root);
        if (context.Platform.Cross is null)
            return [own];

        // The programs of the root are another platform's; its own run there too, under an emulator.
        var tools = context.Platform.Tools;
        var compiler = tools.Toolchain(TargetId.DefaultToolchain);
        var toolsRoot = context.Roots.OfTools().Root(new RootRequest(RootKind.Build, tools.Packages([.. compiler.PackageSets, .. sets]), compiler));
        return [Layer(tools, compiler, toolsRoot), own];
    }

    private static RunStep Layer(Platform platform, Toolchain toolchain, ComposeStep root)
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
            [root, new WriteStep(name, [new WrittenFile(BuildPaths.Script, StepText.Of(script), Executable: false), new WrittenFile(BuildPaths.Work.Child(SourceName), Source, Executable: false)], [BuildPaths.Output])],
            Commands.RunScript(DateTimeOffset.UnixEpoch, Commands.BuildTimeout));
    }

    private static string ReadSource()
    {
        using var source = new StreamReader(typeof(FixedMachine).Assembly.GetManifestResourceStream(SourceName)!);
        return source.ReadToEnd();
    }
}
