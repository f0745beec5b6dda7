namespace MuLambda.Scaling;

/// <summary>What a decision is based on, by name. What is not known is left out: JSON has no word for it.</summary>
internal sealed class DecisionInputs : Dictionary<string, double>
{
    /// <summary>Adds or replaces a number, if it is one.</summary>
    public new double this[string name]
    {
        get => base[name];
        set
        {
            if (double.IsFinite(value))
            {
                base[name] = value;
            }
        }
    }
}
