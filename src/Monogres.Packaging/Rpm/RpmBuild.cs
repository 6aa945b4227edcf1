using System.Collections.Immutable;
using System.Globalization;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Packaging.Rpm;

/// <summary>Runs rpmbuild over a tree and its spec, in a sandbox: the format is rpm's own, and its version belongs to the inputs.</summary>
internal static class RpmBuild
{
    /// <summary>The directory of a tree that has the files as they are installed.</summary>
    public static RelativePath Installed { get; } = RelativePath.Parse("tree");

    /// <summary>The description of the packages.</summary>
    public static RelativePath Spec { get; } = RelativePath.Parse("package.spec");

    private static readonly RelativePath Work = RelativePath.Parse("build");
    private static readonly RelativePath Script = Work.Child("pack.sh");
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    // xz is what rpm of every distribution from EL 6 on reads, and one thread makes the same of it everywhere. Level 6 takes three
    // times as long as 2, a minute for a server with its debug information, and saves an eighth.
    private static readonly (string Macro, string Value)[] Definitions =
    [
        ("_topdir", "/build/rpm"),
        ("_tmppath", "/tmp"),
        ("_dbpath", "/tmp/db"),
        ("_rpmdir", "/build/out"),
        ("_rpmfilename", "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm"),
        ("_buildhost", "reproducible"),
        ("use_source_date_epoch_as_buildtime", "1"),
        ("clamp_mtime_to_source_date_epoch", "1"),
        ("source_date_epoch_from_changelog", "0"),
        ("_changelog_trimage", "0"),
        ("_binary_payload", "w2.xzdio"),
        ("_binary_filedigest_algorithm", "8"),
        ("_build_id_links", "none"),
        ("_use_internal_dependency_generator", "1"),
        ("debug_package", "%{nil}"),
        ("__os_install_post", "%{nil}"),
    ];

    /// <summary>The step: a tree with the packages at its top.</summary>
    /// <param name="name">For people.</param>
    /// <param name="input">A tree with <see cref="Installed"/> and <see cref="Spec"/>.</param>
    /// <param name="programs">The root with rpm.</param>
    /// <param name="architecture">The processor that the packages are for.</param>
    /// <param name="sourceDate">The time of everything in them.</param>
    public static Step Of(StepName name, Step input, Step programs, string architecture, DateTimeOffset sourceDate)
    {
        var seconds = sourceDate.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        // rpm only clamps times that are later, and those of an input root are anything.
        var script = StepText.Of($$"""
            set -e
            find {{Installed}} -exec touch --no-dereference --date=@{{seconds}} {} +
            exec rpmbuild -bb --quiet --nodeps --noclean --target {{architecture}} --buildroot "$PWD/{{Installed}}" \
            {{string.Join('\n', Definitions.Select(definition => $"    --define '{definition.Macro} {definition.Value}' \\"))}}
                {{Spec}}

            """);
        var environment = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            KeyValuePair.Create("HOME", "/nonexistent"),
            KeyValuePair.Create("LC_ALL", "C.UTF-8"),
            KeyValuePair.Create("PATH", "/usr/bin:/usr/sbin"),
            KeyValuePair.Create("SOURCE_DATE_EPOCH", seconds),
        ]);
        return new RunStep(
            name,
            [programs, new PickStep(name, input, RelativePath.Root, Work), new WriteStep(name, [new WrittenFile(Script, script, Executable: false)], [Work.Child(CanonicalAction.OutputDirectory)])],
            new StepCommand(["/bin/sh", "/" + Script], environment, Work, Limit));
    }
}
