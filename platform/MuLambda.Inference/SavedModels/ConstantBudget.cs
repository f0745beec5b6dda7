using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels;

/// <summary>Bounds what a model's constants take: one stored value may stand for as many as its shape says.</summary>
internal sealed class ConstantBudget(long bytes)
{
    private long left = bytes;

    public Constant Read(TensorProto tensor, string name)
    {
        var constant = Constant.Read(tensor, name, left);
        left -= constant.Bytes;
        return constant;
    }
}
