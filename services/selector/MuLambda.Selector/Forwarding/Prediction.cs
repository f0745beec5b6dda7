using MuLambda.Catalog;

namespace MuLambda.Selector;

/// <summary>What is sent to an executor.</summary>
/// <param name="Model">The model.</param>
/// <param name="Joined">The inputs, of one request or of several.</param>
internal sealed record Prediction(Model Model, JoinedInputs Joined)
{
    public Prediction(Model model, ModelInputs inputs)
        : this(model, new JoinedInputs(inputs, null))
    {
    }

    /// <summary>Signature, names and shapes; the values only where <see cref="Joined"/> has no parts.</summary>
    public ModelInputs Inputs => Joined.Inputs;
}
