using Monogres.Actions;
using Monogres.Core;

namespace Monogres.Payloads.Layout;

/// <summary>The fixed places inside an action's root. They are part of what compilers write into results, so they never change per build.</summary>
public static class BuildPaths
{
    /// <summary>The working directory of every action.</summary>
    public static RelativePath Work { get; } = RelativePath.Parse("build");

    /// <summary>Where unpacked sources are, each in a directory of its own.</summary>
    public static RelativePath Sources { get; } = Work.Child("src");

    /// <summary>The unpacked source of a project. It has the project's name, as a checkout has: some makefiles take theirs from it.</summary>
    public static RelativePath SourceOf(ProjectName project) => Sources.Child(project.Value);

    /// <summary>The script of the action.</summary>
    public static RelativePath Script { get; } = Work.Child("run.sh");

    /// <summary>In smoke tests of an extension: the names of its loadable libraries, one a line.</summary>
    public static RelativePath Libraries { get; } = Work.Child("libraries");

    /// <summary>In tests of an extension: the Perl modules for tests that the server's source has, which it does not install.</summary>
    public static RelativePath TestModules { get; } = Work.Child("perl");

    /// <summary>What is captured.</summary>
    public static RelativePath Output { get; } = Work.Child(CanonicalAction.OutputDirectory);

    /// <summary>Counts the machine's cores for <c>make -j</c>. The <c>nproc</c> in the root's PATH always says 1, because scripts write its answer into results.</summary>
    public const string CountProcessors = "/usr/libexec/monogres/nproc";
}
