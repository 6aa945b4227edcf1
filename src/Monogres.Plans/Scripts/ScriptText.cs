using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Styles;

namespace Monogres.Plans.Scripts;

/// <summary>
/// The shell script of some steps of a style, with the placeholders replaced: rendered when it is run, known before by the
/// steps and the values. Each step announces itself and runs in a shell of its own; the first failure ends the script.
/// </summary>
/// <param name="steps">The steps.</param>
/// <param name="values">The values of the placeholders.</param>
/// <param name="directory">Where each step starts, below <c>/</c>.</param>
internal sealed class ScriptText(StepScript steps, ScriptValues values, RelativePath directory) : StepText
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key)
    {
        key.Add("script 1").Add(steps.Key).Add(directory.Value);
        values.Describe(key);
    }

    /// <inheritdoc/>
    public override string Render()
    {
        var script = new StringBuilder("set -e\nexec 2>&1\n");
        foreach (var step in steps.Steps)
            script.Append(CultureInfo.InvariantCulture, $"echo '== {step.Name}'\n(\nset -e\ncd /{directory}\n{step.Run.Expand(values).TrimEnd('\n')}\n)\n");
        return script.ToString();
    }
}

/// <summary>Some steps of a style, with a key that many scripts share.</summary>
/// <param name="steps">The steps, in order.</param>
internal sealed class StepScript(ImmutableArray<StyleStep> steps)
{
    /// <summary>The steps.</summary>
    public ImmutableArray<StyleStep> Steps { get; } = steps;

    /// <summary>Equal for equal steps.</summary>
    public Digest Key { get; } = KeyWriter.KeyOf(key =>
    {
        foreach (var step in steps)
            key.Add(step.Name).Add(step.Run.Text);
    });
}
