using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Testing;

namespace Monogres.Engine.Tests.Steps;

public class StepKeyTests
{
    private static readonly Digest Tree = Digest.Of("tree"u8);

    private static readonly RelativePath A = RelativePath.Parse("a"), B = RelativePath.Parse("b");

    [Fact]
    public void Every_field_is_part_of_the_key()
    {
        var all = All().ToArray();
        Assert.Equal(all.Length, all.Select(step => step.Key).Distinct().Count());
    }

    [Fact]
    public void Equal_steps_have_equal_keys()
    {
        foreach (var (one, other) in All().Zip(All()))
            Assert.Equal(one.Key, other.Key);
    }

    [Fact]
    public void A_name_is_no_part_of_the_key() => Assert.Equal(
        new StoredStep(new StepName("one", "source"), Tree).Key, new StoredStep(new StepName("other", ""), Tree).Key);

    [Fact]
    public void Which_of_several_equivalent_files_come_later_is_no_part_of_the_key()
    {
        var (tarball, tag) = (File("tarball"), File("tag"));
        Assert.Equal(new UnpackStep(default, [tarball], []).Key, new UnpackStep(default, [tarball, tag], []).Key);
        Assert.NotEqual(new UnpackStep(default, [tarball], []).Key, new UnpackStep(default, [tag], []).Key);
    }

    [Fact]
    public void Keys_stay_as_they_are() => Golden.Match(string.Concat(All().Select(step => $"{step.Key} {step.Name}\n")), "keys.txt");

    [Fact]
    public void A_deep_graph_with_shared_inputs_has_its_key_at_once()
    {
        Step step = new StoredStep(default, Tree);
        for (var depth = 0; depth < 200; depth++)
            step = new MergeStep(default, [step, step, step]);
        Assert.Equal(step.Key, step.Key);
    }

    private static IEnumerable<Step> All()
    {
        static StepName Named(string facet) => new("test", facet);
        Step stored = new StoredStep(Named("stored"), Tree), other = new StoredStep(Named("another tree"), Digest.Of("other"u8));
        yield return stored;
        yield return other;
        yield return new UnpackStep(Named("unpack"), [File("tarball")], []);
        yield return new UnpackStep(Named("unpack without some"), [File("tarball")], ["doc/**"]);
        yield return new UnpackStep(Named("unpack a directory"), [File("tarball") with { StripPrefix = A }], []);
        yield return new WriteStep(Named("write"), [new WrittenFile(A, StepText.Of("text"), Executable: false)], []);
        yield return new WriteStep(Named("write elsewhere"), [new WrittenFile(B, StepText.Of("text"), Executable: false)], []);
        yield return new WriteStep(Named("write another text"), [new WrittenFile(A, StepText.Of("texts"), Executable: false)], []);
        yield return new WriteStep(Named("write a program"), [new WrittenFile(A, StepText.Of("text"), Executable: true)], []);
        yield return new WriteStep(Named("write with a directory"), [new WrittenFile(A, StepText.Of("text"), Executable: false)], [B]);
        yield return new PickStep(Named("pick"), stored, A, B);
        yield return new PickStep(Named("pick from another"), other, A, B);
        yield return new PickStep(Named("pick another directory"), stored, B, B);
        yield return new PickStep(Named("pick to elsewhere"), stored, A, A);
        yield return new PickStep(Named("pick what may be missing"), stored, A, B, optional: true);
        yield return new MergeStep(Named("merge"), [stored, other]);
        yield return new MergeStep(Named("merge in another order"), [other, stored]);
        yield return new MergeStep(Named("merge over each other"), [stored, other], overrides: true);
        yield return new DeriveStep(Named("derive"), [stored], new Same("1"));
        yield return new DeriveStep(Named("derive by another function"), [stored], new Same("2"));
        yield return new DeriveStep(Named("derive from another"), [other], new Same("1"));
        yield return Run(Named("run"), [stored]);
        yield return Run(Named("run over others"), [stored, other]);
        yield return Run(Named("run another program"), [stored], command => command with { Arguments = ["/bin/false"] });
        yield return Run(Named("run with an argument"), [stored], command => command with { Arguments = ["/bin/true", "x"] });
        yield return Run(Named("run elsewhere"), [stored], command => command with { WorkingDirectory = A });
        yield return Run(Named("run longer"), [stored], command => command with { Timeout = TimeSpan.FromHours(2) });
        yield return Run(Named("run with a variable"), [stored], command => command with { Environment = command.Environment.Add("A", "1") });
    }

    private static RunStep Run(StepName name, ImmutableArray<Step> layers, Func<StepCommand, StepCommand>? change = null)
    {
        var command = new StepCommand(["/bin/true"], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), RelativePath.Root, TimeSpan.FromHours(1));
        return new RunStep(name, layers, change is null ? command : change(command));
    }

    private static UnpackFile File(string label) => new(
        label, new PinnedFile { Name = label, Sha256 = Sha256Hash.Of(System.Text.Encoding.UTF8.GetBytes(label)), Size = 1, Places = [] }, StripPrefix: null);

    private sealed class Same(string version) : TreeFunction
    {
        public override void Describe(KeyWriter key) => key.Add("same").Add(version);

        public override Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel) => Task.FromResult(inputs[0].Tree);
    }
}
