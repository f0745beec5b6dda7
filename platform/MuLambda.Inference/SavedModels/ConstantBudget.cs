using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels;

/// <summary>
/// Bounds what a model's constants take: one stored value may stand for as many as its shape says, but not for many times what the
/// files hold.
/// </summary>
/// <param name="most">What they may take in any case.</param>
/// <param name="fileBytes">The sizes of the files read so far.</param>
internal sealed class ConstantBudget(long most, Func<long> fileBytes)
{
    /// <summary>How many times the files' bytes the constants may take.</summary>
    public const int Ratio = 16;

    /// <summary>What the constants of any model may take.</summary>
    public const long FreeBytes = 64 << 20;

    private long spent;

    public Constant Read(TensorProto tensor, string name)
    {
        var constant = Constant.Read(tensor, name, Math.Max(0, Math.Min(most, FreeBytes + (Ratio * fileBytes())) - spent));
        spent += constant.Bytes;
        return constant;
    }
}
