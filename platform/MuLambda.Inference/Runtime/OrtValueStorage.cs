namespace MuLambda.Inference.Runtime;

/// <summary>The memory of an output, which ONNX Runtime's arena lent and takes back.</summary>
internal sealed unsafe class OrtValueStorage : TensorStorage
{
    private static long outstanding;
    private readonly OrtHandle value;
    private readonly void* address;

    public OrtValueStorage(OrtHandle value)
    {
        this.value = value;
        address = (void*)OrtApi.Get(OrtFunction.GetTensorMutableData, value.Value);
        Interlocked.Increment(ref outstanding);
    }

    /// <summary>How many outputs were not disposed yet.</summary>
    public static long Outstanding => Interlocked.Read(ref outstanding);

    public override void* Address => address;

    public override void Dispose()
    {
        Interlocked.Decrement(ref outstanding);
        value.Dispose();
    }
}
