export default function ({ parentElement }) {}
