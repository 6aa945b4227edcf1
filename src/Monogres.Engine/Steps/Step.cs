using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Engine.Steps;

/// <summary>
/// A piece of work that yields one tree: a value, made by planning, that names its inputs. Its <see cref="Key"/> is known
/// without any I/O; equal keys yield equal trees. The kinds are closed: <see cref="UnpackStep"/>, <see cref="ComposeStep"/>,
/// <see cref="WriteStep"/>, <see cref="PickStep"/>, <see cref="MergeStep"/>, <see cref="DeriveStep"/>, <see cref="ListedStep"/>, <see cref="StoredStep"/>
/// and <see cref="RunStep"/>, the only one that becomes an action.
/// </summary>
public abstract class Step
{
    [ThreadStatic]
    private static KeyWriter? s_writer;

    private Digest _key;
    private volatile bool _hasKey;

    private protected Step(StepName name, ImmutableArray<Step> inputs) => (Name, Inputs) = (name, inputs);

    /// <summary>For people; no part of the key.</summary>
    public StepName Name { get; }

    /// <summary>The steps whose trees this one is made from, in their order.</summary>
    public ImmutableArray<Step> Inputs { get; }

    /// <summary>The digest of the step's canonical description: its kind and version, its own fields, and the keys of its inputs.</summary>
    public Digest Key
    {
        get
        {
            if (_hasKey)
                return _key;

            // First, since the writer of this thread is shared.
            foreach (var input in Inputs)
                _ = input.Key;

            var writer = s_writer ?? new KeyWriter();
            s_writer = null;
            writer.Clear();
            Describe(writer);
            writer.Add(Inputs.Length);
            foreach (var input in Inputs)
                writer.Add(input.Key);
            // Two threads compute, and write, the same bytes.
            _key = writer.ToKey();
            s_writer = writer;
            _hasKey = true;
            return _key;
        }
    }

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name.ToString();

    /// <summary>Adds the kind, with the version of its rules, and every field that the tree depends on, without the inputs.</summary>
    private protected abstract void Describe(KeyWriter key);
}

/// <summary>What a step is called in messages, put together only when it is shown: <c>postgres@15.18+minimal build</c>.</summary>
/// <param name="Owner">The target, source or platform that the step belongs to.</param>
/// <param name="Facet">Which of its steps: <c>build</c>, <c>source</c>.</param>
public readonly record struct StepName(object Owner, string Facet)
{
    /// <summary><c>owner facet</c></summary>
    public override string ToString() => string.IsNullOrEmpty(Facet) ? $"{Owner}" : $"{Owner} {Facet}";
}
